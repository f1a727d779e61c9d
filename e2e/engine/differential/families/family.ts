import { Template } from '../template.ts';

/** Commands that belong together, each as likely as its weight. */
export interface CommandFamily {
  readonly name: string;
  readonly templates: readonly (readonly [weight: number, template: Template])[];
}

/** A family from lines `weight template`; a line without a number weighs 2. */
export function buildFamily(name: string, lines: string): CommandFamily {
  const templates = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, weight = '2', source = ''] = /^(?:(\d+) )?(.*)$/.exec(line) ?? [];
      return [Number(weight), new Template(source)] as const;
    });
  return { name, templates };
}
