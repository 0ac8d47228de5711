/** A resampling kernel: the weight of a source pixel at distance t from the output's center, in source pixels. */
export interface Filter {
  /** weights beyond this distance are 0 */
  readonly support: number;
  weight(t: number): number;
}

/** 1 on (−½, ½]. */
export const box: Filter = { support: 0.5, weight: (t) => (t > -0.5 && t <= 0.5 ? 1 : 0) };

/** 1 − |t|. */
export const triangle: Filter = { support: 1, weight: (t) => Math.max(0, 1 - Math.abs(t)) };

/**
 * Keys' cubic with a = −½: (a + 2)|t|³ − (a + 3)t² + 1 up to 1, a(|t|³ − 5t² + 8|t| − 4) up to 2.
 *
 * Source: Keys 1981, IEEE TASSP 29(6).
 */
export const cubic: Filter = {
  support: 2,
  weight(t) {
    const x = Math.abs(t);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
  },
};

function sinc(t: number): number {
  return t === 0 ? 1 : Math.sin(t * Math.PI) / (t * Math.PI);
}

/** sinc(t) · sinc(t / 3) on [−3, 3). */
export const lanczos3: Filter = {
  support: 3,
  weight: (t) => (t >= -3 && t < 3 ? sinc(t) * sinc(t / 3) : 0),
};
