/** An error as a sentence. */
import { ApiError } from '../api/client';
import { m } from '../i18n/common';

export function errorText(error: unknown): string {
  if (error instanceof ApiError && error.status === 501) return m.notBuilt;
  if (error instanceof ApiError && error.trace.length > 0) {
    return `${error.message} (${error.trace.join('; ')})`;
  }
  return error instanceof Error ? error.message : String(error);
}
