/** Of all sound of a phone: frames a second, and samples a frame, left then right. */
export const sampleRate = 48_000;
export const channels = 2;

export interface Tone {
  /** Hertz. */
  frequency: number;
  durationMs: number;
  /** 0 to 1. */
  loudness: number;
}

/** What plays on a phone, as a function of the time: nothing runs while nobody listens. Times are ms of `Date.now()`. */
export interface Speaker {
  play(tone: Tone, atMs: number): void;
  /** 16-bit samples, interleaved, of `frames` frames from `fromMs` on. */
  render(fromMs: number, frames: number): Int16Array<ArrayBuffer>;
}

const mostTones = 16;
/** Who records is this much late at most. */
const keptMs = 2000;
const attackMs = 8;
/** Even all tones at once stay below the largest sample. */
const amplitude = 32_767 / 4;

export function makeSpeaker(): Speaker {
  let playing: (Tone & { atMs: number })[] = [];
  return {
    play(tone, atMs) {
      const heard = playing.filter((each) => each.atMs + each.durationMs > atMs - keptMs);
      playing = [...heard.slice(1 - mostTones), { ...tone, atMs }];
    },
    render(fromMs, frames) {
      const samples = new Int16Array(frames * channels);
      for (const tone of playing) {
        const firstFrame = ((fromMs - tone.atMs) * sampleRate) / 1000;
        const lastFrame = (tone.durationMs * sampleRate) / 1000;
        for (let at = Math.max(0, Math.ceil(-firstFrame)); at < frames; at += 1) {
          const frame = firstFrame + at;
          if (frame >= lastFrame) break;
          const sample = sampleOf(tone, frame / sampleRate);
          for (let channel = 0; channel < channels; channel += 1) {
            const index = at * channels + channel;
            samples[index] = clip((samples[index] ?? 0) + sample);
          }
        }
      }
      return samples;
    },
  };
}

/** A struck string: quick to come, slow to go, with one overtone. */
function sampleOf({ frequency, durationMs, loudness }: Tone, seconds: number): number {
  const rise = Math.min(1, (seconds * 1000) / attackMs);
  const fall = Math.max(0, 1 - (seconds * 1000) / durationMs);
  const phase = 2 * Math.PI * frequency * seconds;
  return amplitude * loudness * rise * fall * (Math.sin(phase) + 0.3 * Math.sin(2 * phase));
}

function clip(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample)));
}
