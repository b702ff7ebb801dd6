/**
 * The same entries in the order of their names.
 *
 * A map has no order in Java (that of `Map.of` is another in each run): where it becomes a list, the template must not depend on it.
 */
export function sortedByName<T>(entries: { [name: string]: T }): { [name: string]: T } {
  return Object.fromEntries(Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)));
}
