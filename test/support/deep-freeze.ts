// Freezes what a test hands in, maps included, so that code which changes its input fails where it does so.

const frozen = new WeakSet<object>();

const refuse = (): never => {
  throw new TypeError("a frozen map was changed");
};

/** Returns its argument. What is frozen already is not walked again, so freezing each state of a story stays cheap. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || frozen.has(value)) return value;
  frozen.add(value);
  if (value instanceof Map) {
    for (const [key, each] of value) {
      deepFreeze(key);
      deepFreeze(each);
    }
    Object.defineProperties(value, { set: { value: refuse }, delete: { value: refuse }, clear: { value: refuse } });
  } else for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
