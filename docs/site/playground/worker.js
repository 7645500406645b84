// Holds Python, dlint and the shell grammar. Everything is fetched once, from the folder this file lies in.
import { loadPyodide } from "./vendor/pyodide/pyodide.mjs";
import { Language, Parser } from "./vendor/web-tree-sitter/web-tree-sitter.js";

const here = (name) => new URL(name, import.meta.url).href;
const bytes = async (name) => {
  const answer = await fetch(here(name));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

async function shellGrammar() {
  await Parser.init({ locateFile: (name) => here(`vendor/web-tree-sitter/${name}`) });
  const language = await Language.load(await bytes("vendor/tree-sitter-bash/tree-sitter-bash.wasm"));
  const parser = new Parser();
  parser.setLanguage(language);
  const upTo = (count, name) => Array.from({ length: count }, (_, id) => name(id) ?? "");
  return {
    kinds: upTo(language.nodeTypeCount, (id) => language.nodeTypeForId(id)),
    fields: upTo(language.fieldCount + 1, (id) => language.fieldNameForId(id)),
    idForNodeType: (name, named) => language.idForNodeType(name, named) ?? 0,
    parse: (text) => {
      const tree = parser.parse(text);
      const numbers = flat(tree.walk());
      tree.delete();
      return numbers;
    },
  };
}

// The tree as numbers, six for each node, parents before children: browser/tree_sitter/__init__.py reads them.
function flat(cursor) {
  const numbers = [];
  const open = [];
  const enter = () => {
    const flags = (cursor.nodeIsNamed ? 1 : 0) | (cursor.currentNode.hasError ? 2 : 0);
    open.push(numbers.length);
    numbers.push(cursor.nodeTypeId, cursor.startIndex, cursor.endIndex, flags, cursor.currentFieldId, 0);
  };
  const leave = () => {
    const at = open.pop();
    numbers[at + 5] = (numbers.length - at) / 6 - 1;
  };
  enter();
  for (;;) {
    if (cursor.gotoFirstChild()) {
      enter();
      continue;
    }
    leave();
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        cursor.delete();
        return numbers;
      }
      leave();
    }
    enter();
  }
}

async function start() {
  const [python, archive, grammar] = await Promise.all([
    loadPyodide({ indexURL: here("vendor/pyodide/") }),
    bytes("python.zip"),
    shellGrammar(),
  ]);
  python.unpackArchive(archive, "zip", { extractDir: "/dlint" });
  python.registerJsModule("dlint_browser", { grammar });
  python.runPython("import sys; sys.path.insert(0, '/dlint')");
  return python.pyimport("playground");
}

const ready = start();
ready.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ failed: String(error) }),
);

onmessage = async ({ data: { id, call, values } }) => {
  try {
    const dlint = await ready;
    postMessage({ id, answer: JSON.parse(dlint[call](...values)) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};
