/** A number from 0 (within) to 1 (without). */
export type Draw = () => number;

/** The same sequence for the same seed on every machine: Chris Doty-Humphrey's sfc32, with 32 bits a number. */
export function seededDraw(seed: number): Draw {
  let a = 0x9e37_79b9;
  let b = 0x243f_6a88 ^ (seed / 4_294_967_296);
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Where counting up the probabilities one by one begins to take longer than drawing a shape. */
const MANY = 10;

/** How often something happens that happens `mean` times on average. */
export function poisson(mean: number, draw: Draw): number {
  if (mean <= 0) return 0;
  return mean < MANY ? bySteps(mean, draw) : byRejection(mean, draw);
}

function bySteps(mean: number, draw: Draw): number {
  let chance = Math.exp(-mean);
  let left = draw() - chance;
  let count = 0;
  while (left >= 0 && chance > 0) {
    count++;
    chance *= mean / count;
    left -= chance;
  }
  return count;
}

/** Hörmann's PTRS (1993): a transformed uniform draw, accepted as often as the distribution wants it. */
function byRejection(mean: number, draw: Draw): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.024_83 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const always = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = draw() - 0.5;
    const v = draw();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= always) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const bound = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (bound <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

function logFactorial(n: number): number {
  if (n < 2) return 0;
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) - x + 0.918_938_533_204_672_8 + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  );
}
