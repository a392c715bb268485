export { actionsPinnedBySha } from './actions-pinned-by-sha.ts';
