// The package has no types; this is what is used here.
declare module 'jstat' {
  const exported: {
    readonly jStat: {
      readonly studentt: {
        /** The inverse of Student's t distribution function, for a probability in (0, 1). */
        inv(probability: number, freedom: number): number;
      };
    };
  };
  export default exported;
}
