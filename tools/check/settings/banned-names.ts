// Words that say nothing about what a file holds. Each comes with the question that leads to a better name.

export const bannedNames: ReadonlyMap<string, string> = new Map([
  ['util', 'name the file after what it does to what'],
  ['utils', 'name the file after what it does to what'],
  ['helper', 'name the file after its main export'],
  ['helpers', 'name each file after its main export'],
  ['common', 'name the idea that the users have in common'],
  ['misc', 'split it by idea and name each'],
  ['manager', 'name what it does: registry, scheduler, pool, set'],
  ['stuff', 'split it by idea and name each'],
]);
