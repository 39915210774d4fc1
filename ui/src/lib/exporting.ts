/** Which resource is shown as TOML. */
import type { ResourceTarget } from '../api/types';
import { createValue } from './value';

export const exporting = createValue<{ target: ResourceTarget; name: string } | null>(null);
