// Sounds that ears tell apart without a look: right, wrong, read twice, finished, kept for later. Oscillator only, no files.

/** [frequency in Hz, start in s, length in s] */
const TONES = {
  ok: [[1000, 0, 0.1]],
  error: [[150, 0, 0.2], [150, 0.3, 0.2]],
  double: [[2200, 0, 0.02], [2200, 0.07, 0.02], [2200, 0.14, 0.02]],
  done: [[880, 0, 0.12], [1320, 0.14, 0.18]],
  noted: [[520, 0, 0.05]],
};
const BUZZ = { error: [200, 100, 200], double: [30, 40, 30] };

let context = null;

/** Browsers keep sound back until the first key or touch; the first scan by key events is one. */
export function unlock() {
  if (context === null && "AudioContext" in window) context = new AudioContext();
  if (context?.state === "suspended") context.resume();
}

export function listenForUnlock() {
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, unlock, { capture: true });
}

/** @param {"ok"|"error"|"double"|"done"|"noted"} name */
export function play(name) {
  if (navigator.userActivation?.hasBeenActive === false) return; // it would sound late, at the first touch, and mislead
  if (BUZZ[name]) navigator.vibrate?.(BUZZ[name]);
  unlock();
  for (const [frequency, start, length] of (context && TONES[name]) ?? []) tone(frequency, context.currentTime + start, length);
}

function tone(frequency, at, length) {
  const source = new OscillatorNode(context, { type: "square", frequency });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setTargetAtTime(1, at, 0.002); // edges a few ms soft, else each tone begins with a crack
  loudness.gain.setTargetAtTime(0, at + length - 0.01, 0.003);
  source.connect(loudness).connect(context.destination);
  source.start(at);
  source.stop(at + length + 0.02);
}
