/**
 * The Cholesky factor L of a symmetric matrix A = L·Lᵀ, row after row in one array: in float64, and much faster than one that
 * looks every element up, since a fit takes hundreds of them.
 *
 * @param matrix n·n values; overwritten with L in its lower triangle.
 * @returns whether A is positive definite, as far as rounding lets it be seen.
 */
export function factorInPlace(matrix: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const diagonal = at(matrix, j * n + j) - rowProduct(matrix, j * n, j * n, j);
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    matrix[j * n + j] = root;
    for (let i = j + 1; i < n; i++)
      matrix[i * n + j] = (at(matrix, i * n + j) - rowProduct(matrix, i * n, j * n, j)) / root;
  }
  return true;
}

/** L⁻¹·v. */
export function solveLower(factor: Float64Array, n: number, vector: ArrayLike<number>): Float64Array {
  const solution = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = vector[i] as number;
    for (let k = 0; k < i; k++) sum -= at(factor, i * n + k) * at(solution, k);
    solution[i] = sum / at(factor, i * n + i);
  }
  return solution;
}

/** L⁻ᵀ·v. */
export function solveUpper(factor: Float64Array, n: number, vector: ArrayLike<number>): Float64Array {
  const solution = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[i] as number;
    for (let k = i + 1; k < n; k++) sum -= at(factor, k * n + i) * at(solution, k);
    solution[i] = sum / at(factor, i * n + i);
  }
  return solution;
}

/** The inner product of the first `count` elements of two rows. */
function rowProduct(matrix: Float64Array, a: number, b: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += at(matrix, a + k) * at(matrix, b + k);
  return sum;
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}
