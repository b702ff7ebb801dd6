import { Finding } from './findings';
export const EXPLAINED: Finding[] = [];
