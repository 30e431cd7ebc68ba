export { parseCardNumber, parseCardText, parseTracks } from './magstripe-tracks.ts';
