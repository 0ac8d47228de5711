/** Sums of a few thousand float64 terms in another order than the reference's. */
export const SUMMATION_TOLERANCE = 1e-12;

/** Eigenvalues and singular values of small matrices: O(d·ε) of the largest. */
export const EIGEN_TOLERANCE = 1e-12;

/** Fréchet distances of full-rank covariances against scipy's sqrtm, which itself is good to about 1e-12 there. */
export const FRECHET_TOLERANCE = 1e-10;

/** Float32 through a hundred layers, summed in another order than the peer's. */
export const NETWORK_TOLERANCE = 1e-5;

/** The same network on the same images, in batches of another size. */
export const BATCH_TOLERANCE = 1e-6;

/** Mean of k − 1 over all pairs, absolute: CMMD is 1000 times it, and is to be exact to 1e-9. */
export const MEAN_KERNEL_TOLERANCE = 2e-13;

/** CMMD whose series is summed from float32 products, absolute: 1e-9 is guaranteed, roundings of random sign leave far less. */
export const SERIES_CMMD_TOLERANCE = 5e-11;

/** The same from products of bytes, of which 1e-6 is guaranteed. */
export const ROUNDED_CMMD_TOLERANCE = 2e-9;

/** Mean of k − 1 over the pairs of one vector, absolute. */
export const ROW_KERNEL_TOLERANCE = 1e-12;

/** KID's float32 kernels near 1 to 400, summed in float32: torch-fidelity's own noise. */
export const FLOAT32_KID = 2e-6;

/** CMMD's float32 kernels near 1, times 1000: cmmd-pytorch's own noise. */
export const FLOAT32_CMMD = 3e-4;

/** MIND in float32 throughout: torch-fidelity's own noise. */
export const FLOAT32_MIND = 1e-6;

/** Torch's normals differ from ours in the last place of float32. */
export const NORMALS_TOLERANCE = 1e-7;

/** A covariance's rounding of ε is √ε in the root of an eigenvalue that should be 0. */
export const COVARIANCE_TOLERANCE = 1e-6;

/** pytorch-fid's route by sqrtm loses half the digits where eigenvalues are near 0. */
export const SQRTM_TOLERANCE = 2e-6;

/** Values that stand with 12 or more digits; what is lost is the reference's own rounding. */
export const STATED_DIGITS = 1e-11;

/** Images of a sampler against the authors', of the largest value: torch's coefficients and sums are float32, through up to 100 steps. */
export const FLOAT32_SAMPLER = 2e-5;

/** Values that stand with six digits. */
export const STATED_SIX_DIGITS = 5e-6;
/** Posteriors whose precisions have conditions of up to 1e5, against whole matrices of all weights. */
export const LAPLACE_TOLERANCE = 1e-10;

/** Maps against numpy's, in L2: a float32 network by two programs, whose small differences each step's covariance divides by small ones. */
export const FLOAT32_GENERATION = 1e-4;

/** Quadratic forms in float32 of well-conditioned posteriors, as a share of the largest variance. */
export const FLOAT32_FORM_TOLERANCE = 1e-5;
