// The package has no types; this is what is used here.
declare module 'jstat' {
  const exported: {
    readonly jStat: {
      /** Spearman's rank correlation, ties with their mean rank; NaN where all values of a side are equal. */
      spearmancoeff(a: number[], b: number[]): number;
      readonly studentt: {
        /** The inverse of Student's t distribution function, for a probability in (0, 1). */
        inv(probability: number, freedom: number): number;
        /** The distribution function. */
        cdf(value: number, freedom: number): number;
      };
    };
  };
  export default exported;
}
