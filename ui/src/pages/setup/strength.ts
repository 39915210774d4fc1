/** A rough measure of a password: length first, then variety. 0 = too short, 4 = strong. */
export function strengthOf(password: string): 0 | 1 | 2 | 3 | 4 {
  const { length } = password;
  if (length < 8) return 0;
  const distinct = new Set(password).size;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(password)).length;
  if (distinct < 5) return 1;
  const points =
    (length >= 12 ? 1 : 0) + (length >= 16 ? 1 : 0) + (length >= 20 ? 1 : 0) + (kinds >= 3 ? 1 : 0);
  return (1 + Math.min(3, points)) as 1 | 2 | 3 | 4;
}
