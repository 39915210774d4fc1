/** Texts of charts. */
export const m = {
  time: 'Time',
  summary: (label: string, parts: readonly string[]) => `${label}. ${parts.join('. ')}.`,
  series: (name: string, min: string, avg: string, max: string) =>
    `${name}: from ${min} to ${max}, ${avg} on average`,
  noData: 'no data',
  help: 'Arrow keys read values, Shift with arrows zooms, Escape resets.',
  max: (value: string) => value,
} as const;
