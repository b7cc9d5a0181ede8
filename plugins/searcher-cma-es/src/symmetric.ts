import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** A symmetric matrix as rows. */
export type Rows = readonly (readonly number[])[];

/** The identity. */
export function identity(dimensions: number): Rows {
  return Matrix.eye(dimensions).to2DArray();
}

/** Whether A is symmetric to the last bit, with eigenvalues above 0. */
export function isPositiveDefinite(rows: Rows): boolean {
  return rows.every((row, i) => row.every((value, j) => value === rows[j]?.[i])) && Math.min(...eigenvalues(rows)) > 0;
}

/** The eigenvalues of a symmetric matrix. */
export function eigenvalues(rows: Rows): readonly number[] {
  return decompose(rows).realEigenvalues;
}

/**
 * f(A) of a symmetric matrix A: the eigenvectors of A, and f of its eigenvalues. Unlike the eigenvectors, of which each may
 * point either way and those of equal eigenvalues anywhere in their plane, it is unique. Symmetric to the last bit.
 */
export function applyToEigenvalues(rows: Rows, f: (eigenvalue: number) => number): Rows {
  const { eigenvectorMatrix, realEigenvalues } = decompose(rows);
  const values = realEigenvalues.map(f);
  const vectors = eigenvectorMatrix.to2DArray();
  return vectors.map((a) =>
    vectors.map((b) => values.reduce((total, value, k) => total + value * ((a[k] as number) * (b[k] as number)), 0)),
  );
}

function decompose(rows: Rows): EigenvalueDecomposition {
  return new EigenvalueDecomposition(new Matrix(rows.map((row) => [...row])), { assumeSymmetric: true });
}

/** A·v. */
export function times(rows: Rows, vector: readonly number[]): readonly number[] {
  return rows.map((row) => row.reduce((total, value, i) => total + value * (vector[i] as number), 0));
}
