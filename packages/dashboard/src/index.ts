export type { RunWords } from './run-words.ts';
export { type Dashboard, type DashboardOptions, startDashboard } from './start-dashboard.ts';
