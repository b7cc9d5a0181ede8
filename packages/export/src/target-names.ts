/** The frameworks that losses are written for. By themselves, so that who only names them loads nothing that writes. */
export const EXPORT_TARGETS = ['pytorch', 'monai', 'mmseg', 'nnunet', 'keras', 'jax', 'tfjs'] as const;

/** A framework that losses are written for. */
export type ExportTarget = (typeof EXPORT_TARGETS)[number];
