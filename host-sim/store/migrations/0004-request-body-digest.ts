/** A repeat to the byte is told by its whole body, not by its MAC alone. */
export const requestBodyDigest = `
ALTER TABLE transactions RENAME COLUMN request_mac TO request_body_digest;
`;
