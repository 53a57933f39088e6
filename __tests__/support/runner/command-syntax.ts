/** The two spellings of a workflow command, read as `ActionCommand.cs` of actions/runner reads them. */

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

type IsRegistered = (name: string) => boolean;

/** A line that is no command, or none that the runner knows, is plain output: `undefined`. */
export function parseCommand(line: string, isRegistered: IsRegistered): WorkflowCommand | undefined {
  return parseColons(line.trimStart(), isRegistered) ?? parseBrackets(line, isRegistered);
}

/** `::name key=value,…::data`, only at the start of a line. */
function parseColons(line: string, isRegistered: IsRegistered): WorkflowCommand | undefined {
  const end = line.startsWith('::') ? line.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const unescapeProperty = (text: string) => unescaped(text, { '%3A': ':', '%2C': ',' });
  return command(line.slice(2, end), ',', unescapeProperty, unescaped(line.slice(end + 2)), isRegistered);
}

/** `##[name key=value;…]data`, anywhere in a line. */
function parseBrackets(line: string, isRegistered: IsRegistered): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const unescapeBoth = (text: string) => unescaped(text, { '%3B': ';', '%5D': ']' });
  return command(
    line.slice(start + 3, end),
    ';',
    unescapeBoth,
    unescapeBoth(line.slice(end + 1)),
    isRegistered,
  );
}

function command(
  info: string,
  separator: string,
  unescapeProperty: (text: string) => string,
  data: string,
  isRegistered: IsRegistered,
): WorkflowCommand | undefined {
  const space = info.indexOf(' ');
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase();
  if (!isRegistered(name)) return undefined;
  const pairs =
    space < 0
      ? []
      : info
          .slice(space + 1)
          .trim()
          .split(separator);
  const properties = pairs
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), unescapeProperty(pair.slice(pair.indexOf('=') + 1))]);
  return { name, properties: Object.fromEntries(properties), data };
}

function unescaped(text: string, further: Readonly<Record<string, string>> = {}): string {
  const table: Record<string, string> = { '%0D': '\r', '%0A': '\n', ...further };
  const known = Object.entries(table).reduce((rest, [code, sign]) => rest.replaceAll(code, sign), text);
  return known.replaceAll('%25', '%');
}
