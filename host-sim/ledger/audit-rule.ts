/** What a rule finds: `name` and `detail` are put into its sentence. */
export interface AuditRow {
  readonly name: string | number;
  readonly detail: string | number | null;
}

/** One thing that must hold of the books. */
export interface AuditRule {
  /** A test breaks the books once for each of these, so that no rule is one that cannot fail. */
  readonly id: string;
  /** Rows are violations, with the columns `name` and `detail`. */
  readonly sql: string;
  readonly sentence: (row: AuditRow) => string;
}

/** Names as a list of SQL texts. Only names of this program are written so, never what a message brought. */
export function sqlList(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

/** SQL: whether an account is that of a card, or of the card that stands in its place since it was replaced. */
export function isAccountOfHeir(of: { readonly account: string; readonly cardId: string }): string {
  return `(${of.account} = 'card:' || ${of.cardId} OR (${of.account} LIKE 'card:%' AND EXISTS (
    WITH RECURSIVE heirs (card_id) AS (
      SELECT ${of.cardId}
      UNION SELECT json_extract(h.status_before, '$[1].cardId') FROM heirs JOIN transactions h ON h.card_id = heirs.card_id
        WHERE h.kind = 'card-service' AND h.reason = 'replace' AND h.state IN ('approved', 'reversed'))
    SELECT 1 FROM heirs WHERE ${of.account} = 'card:' || heirs.card_id)))`;
}
