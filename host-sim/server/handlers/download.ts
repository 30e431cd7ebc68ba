import type { HotlistDocument, ParameterDocument } from '../../../terminal-core/domain/download.ts';
import {
  decodePartRequest,
  encodeDownloadPart,
  PART_PAYLOAD_BYTES_MAX,
} from '../../../terminal-core/iso8583/index.ts';
import { hotlistedPurseHashes } from '../../purse/purses.ts';
import { cardsForMerchant, hotlistedPanHashes } from '../../store/cards.ts';
import { type DownloadKind, findDownload, saveDownload, versionFor } from '../../store/downloads.ts';
import { issueCertificate } from '../card-facts.ts';
import { isExpired } from '../card-rules.ts';
import type { NetworkOutcome, UnauthenticatedContext } from '../outcome.ts';
import { bytesOf } from '../request.ts';
import { written } from '../wire.ts';

/** Cards whose certificates one parameter download carries; the others get theirs with their first online answer. */
export const CERTIFICATES_PER_DOWNLOAD_MAX = 200;

/**
 * Parameters (360) and hotlist (390), signed, in numbered parts. The first part is asked for by number 1: the document
 * is signed at that moment and kept for the terminal, so that all parts are of one document.
 */
export async function download(context: UnauthenticatedContext, kind: DownloadKind): Promise<NetworkOutcome> {
  const { request, terminal, tx } = context;
  const asked = decodePartRequest(bytesOf(request, 62) ?? new Uint8Array(0));
  if (!asked.ok) return { code: '30' };
  const part = asked.value;
  let signed: Uint8Array | undefined;
  if (part === 1) {
    signed = await signedDocument(context, kind);
    await saveDownload(tx, { kind, terminalId: terminal.terminalId, signed });
  } else {
    signed = await findDownload(tx, kind, terminal.terminalId);
  }
  const total = signed ? Math.ceil(signed.length / PART_PAYLOAD_BYTES_MAX) : 0;
  if (!signed || part > total) return { code: '25' };
  const payload = signed.subarray((part - 1) * PART_PAYLOAD_BYTES_MAX, part * PART_PAYLOAD_BYTES_MAX);
  return { code: '00', answer: { 62: written(encodeDownloadPart({ part, total, payload })) } };
}

async function signedDocument(context: UnauthenticatedContext, kind: DownloadKind): Promise<Uint8Array> {
  const { services, tx } = context;
  const document = kind === 'parameters' ? await parameterDocument(context) : await hotlistDocument(context);
  return services.issuerKeys.signDocument(tx, { ...document });
}

async function parameterDocument(context: UnauthenticatedContext): Promise<ParameterDocument> {
  const { nowMs, services, terminal, tx } = context;
  const { settings } = services;
  const parameters = {
    pinRequiredFromMinor: settings.pinRequiredFromMinor,
    hotlistMaxAgeHours: settings.hotlistMaxAgeHours,
    refundDaysMax: settings.refundDaysMax,
    ...settings.terminalParameters,
  };
  const certificates: string[] = [];
  for (const card of await cardsForMerchant(tx, terminal.merchantId, CERTIFICATES_PER_DOWNLOAD_MAX)) {
    if (isExpired(card, nowMs, settings)) continue;
    certificates.push(await issueCertificate({ tx, services, nowMs }, card, terminal.terminalId));
  }
  const keys = {
    issuerKeys: await services.issuerKeys.publicKeys(tx),
    revokedKeyIds: await services.issuerKeys.revokedKeyIds(tx),
  };
  const version = await versionFor(tx, 'parameters', JSON.stringify({ parameters, ...keys }));
  return { kind: 'parameters', version, issuedAtMs: nowMs, parameters, certificates, ...keys };
}

/** Signed afresh each time, so that its age is the age of what it says; the version rises only with a change. */
async function hotlistDocument(context: UnauthenticatedContext): Promise<HotlistDocument> {
  const { nowMs, tx } = context;
  const panHashes = [...(await hotlistedPanHashes(tx)), ...(await hotlistedPurseHashes(tx))];
  const version = await versionFor(tx, 'hotlist', JSON.stringify(panHashes));
  return { kind: 'hotlist', version, issuedAtMs: nowMs, panHashes };
}

/** The terminal has the whole document (362, 391). */
export async function downloadEnd(): Promise<NetworkOutcome> {
  return { code: '00' };
}
