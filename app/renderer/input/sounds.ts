/** Short tones for people who look at the goods, not at the screen. */
export type Sound = 'scanned' | 'problem' | 'paid';

const TONES: Readonly<
  Record<Sound, readonly { readonly hertz: number; readonly startS: number; readonly lastsS: number }[]>
> = {
  scanned: [{ hertz: 1760, startS: 0, lastsS: 0.06 }],
  problem: [
    { hertz: 220, startS: 0, lastsS: 0.16 },
    { hertz: 196, startS: 0.2, lastsS: 0.22 },
  ],
  paid: [
    { hertz: 880, startS: 0, lastsS: 0.08 },
    { hertz: 1320, startS: 0.1, lastsS: 0.14 },
  ],
};

const LOUDNESS = 0.08;
let audio: AudioContext | undefined;

/** Plays nothing where the machine has no sound or the page may not make any yet. */
export function play(sound: Sound): void {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  for (const { hertz, startS, lastsS } of TONES[sound]) {
    const at = audio.currentTime + startS;
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(LOUDNESS, at);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + lastsS);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + lastsS);
  }
}
