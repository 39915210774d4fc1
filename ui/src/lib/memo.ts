/** A function that answers the same object while its key stays the same. Keeps the last few keys. */
const MAX = 8;

export function memo<A, R>(
  make: (argument: A) => R,
  key: (argument: A) => string,
): (argument: A) => R {
  const made = new Map<string, R>();
  return (argument) => {
    const name = key(argument);
    const known = made.get(name);
    if (known !== undefined) return known;
    const fresh = make(argument);
    made.set(name, fresh);
    if (made.size > MAX) made.delete(made.keys().next().value ?? '');
    return fresh;
  };
}
