/** Places in the code as SARIF writes them: files of the repository relative to it, others by what they are known as. */
import { posix } from 'node:path';
import { isApplicationFrame } from '../../analysis/frames.ts';
import type { Evidence, Frame } from '../../evidence/schema.ts';
import type { Location } from '../../rules/rule.ts';
import { libraryFile, location } from '../../rules/wording.ts';
import type { ExcerptLine } from '../excerpt.ts';
import { repositoryPlace } from '../repository-place.ts';
import { harmless } from '../text.ts';

const sourceRoot = 'SRCROOT';
const libraryRoot = 'PYTHONLIB';

export function uriBases({ gate }: Pick<Evidence, 'gate'>) {
  const root = posix.join(gate.workspace.replaceAll('\\', '/'), gate.checkout ?? '', '/');
  return {
    [sourceRoot]: { uri: `file://${encodePath(root)}` },
    [libraryRoot]: { description: { text: 'Where Python keeps its standard library and its packages.' } },
  };
}

/**
 * @param place Relative to the repository.
 * @param source The lines around, so that they can be read without the repository.
 */
export function sourceLocation(
  { file, line, function: name }: Location,
  source: readonly ExcerptLine[] = [],
) {
  const text = source.find(({ marked }) => marked)?.text;
  const [first, last] = [source[0], source.at(-1)];
  return {
    physicalLocation: {
      artifactLocation: { uri: encodePath(harmless(file)), uriBaseId: sourceRoot },
      region: {
        startLine: Math.max(1, line),
        ...(text !== undefined && { snippet: { text: harmless(text) } }),
      },
      ...(first &&
        last &&
        first !== last && {
          contextRegion: {
            startLine: first.number,
            endLine: last.number,
            snippet: { text: source.map((each) => harmless(each.text)).join('\n') },
          },
        }),
    },
    logicalLocations: [{ fullyQualifiedName: harmless(name), kind: 'function' }],
  };
}

export function frameLocation(frame: Frame, evidence: Pick<Evidence, 'gate'>) {
  const place = repositoryPlace(location(frame, evidence), evidence);
  if (place && isApplicationFrame(frame)) return sourceLocation(place);
  const logicalLocations = [{ fullyQualifiedName: harmless(frame.function), kind: 'function' }];
  const file = libraryFile(frame.file);
  if (posix.isAbsolute(file) || file.startsWith('<')) return { logicalLocations };
  return {
    physicalLocation: {
      artifactLocation: { uri: encodePath(harmless(file)), uriBaseId: libraryRoot },
      ...(frame.line > 0 && { region: { startLine: frame.line } }),
    },
    logicalLocations,
  };
}

function encodePath(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
