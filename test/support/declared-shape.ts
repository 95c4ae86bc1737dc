// The shapes of replies as the vendor's SDK declares them: read from the declaration file of the
// installed package, so that they are never typed by hand.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';

const MODELS = 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.d.ts';

interface Member {
  /** As declared: string, number, boolean, an interface, or Array<…> of one. */
  readonly type: string;
  /** Whether the vendor says that it can be null. */
  readonly nullable: boolean;
}

export type Declarations = ReadonlyMap<string, ReadonlyMap<string, Member>>;

const ARRAY = /^Array<(.*)>$/;

export function readDeclarations(): Declarations {
  const path = createRequire(import.meta.url).resolve(MODELS);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found = new Map<string, ReadonlyMap<string, Member>>();
  source.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node)) {
      found.set(node.name.text, membersOf(node, source));
    }
  });
  return found;
}

function membersOf(node: ts.InterfaceDeclaration, source: ts.SourceFile): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const member of node.members) {
    if (ts.isPropertySignature(member) && member.type !== undefined) {
      const comment = member.getFullText(source).slice(0, member.getLeadingTriviaWidth(source));
      const nullable = /null/.test(comment);
      members.set(member.name.getText(source), { type: member.type.getText(source), nullable });
    }
  }
  return members;
}

/** What is wrong with a reply, and which declared members it leaves out. */
export interface ShapeReport {
  readonly faults: readonly string[];
  /** As Interface.Member. */
  readonly leftOut: readonly string[];
}

/** @param value parsed JSON that should be of the interface `name` */
export function compareShape(declared: Declarations, name: string, value: unknown): ShapeReport {
  const faults: string[] = [];
  const leftOut = new Set<string>();
  visit({ type: name, nullable: false }, value, name);
  return { faults, leftOut: [...leftOut].sort() };

  function visit({ type, nullable }: Member, given: unknown, path: string): void {
    const item = ARRAY.exec(type)?.[1];
    if (given === null) {
      if (!nullable) faults.push(`${path} is null, which is not declared`);
    } else if (item !== undefined) {
      visitList(item, given, path);
    } else if (declared.has(type)) {
      visitStructure(type, given, path);
    } else if (typeof given !== type) {
      faults.push(`${path} is a ${typeof given}: ${type} is declared`);
    }
  }

  function visitList(item: string, given: unknown, path: string): void {
    if (!Array.isArray(given)) {
      faults.push(`${path} is no list`);
      return;
    }
    for (const [at, each] of given.entries()) {
      visit({ type: item, nullable: false }, each, `${path}.${at}`);
    }
  }

  function visitStructure(type: string, given: unknown, path: string): void {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      faults.push(`${path} is no structure`);
      return;
    }
    const members = declared.get(type) ?? new Map<string, Member>();
    for (const [member, each] of Object.entries(given)) {
      const known = members.get(member);
      if (known === undefined) faults.push(`${path}.${member} is not declared`);
      else visit(known, each, `${path}.${member}`);
    }
    for (const member of members.keys()) {
      if (!Object.hasOwn(given, member)) leftOut.add(`${type}.${member}`);
    }
  }
}
