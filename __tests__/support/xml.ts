/** Reads XML as strictly as libxml2 does, and checks it against a schema. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';

/** What other readers of JUnit files know, and Jenkins' schema does not. */
const beside = '<xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:string"/>';
const schemaFile = join(import.meta.dirname, 'schemas', 'jenkins-junit.xsd');

function readSchema(): XsdValidator {
  const mark = '<xs:attribute name="classname" type="xs:string"/>';
  const xsd = readFileSync(schemaFile, 'utf8').replace(mark, mark + beside);
  return XsdValidator.fromDoc(XmlDocument.fromString(xsd));
}

const schema = readSchema();

/** @throws {Error} where it is no XML, or no JUnit file. */
export function readJunit(text: string): XmlDocument {
  const document = XmlDocument.fromString(text);
  schema.validate(document);
  return document;
}

export interface XmlCase {
  readonly name: string;
  readonly group: string;
  readonly time: number;
  readonly file: string | undefined;
  readonly line: string | undefined;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string | undefined;
  readonly text: string;
}

/** Every test case, as a reader of the file sees it. */
export function casesOf(document: XmlDocument): XmlCase[] {
  return document.find('//testcase').map((node) => {
    const value = (path: string) => node.get(path)?.content;
    const outcome = (['failure', 'error', 'skipped'] as const).find((name) => node.get(name)) ?? 'passed';
    return {
      name: value('@name') ?? '',
      group: value('@classname') ?? '',
      time: Number(value('@time')),
      file: value('@file'),
      line: value('@line'),
      outcome,
      message: value(`${outcome}/@message`),
      text: value(outcome) ?? '',
    };
  });
}
