#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows each rule of tidy.py a sample it must pass and one it must find."""
import sys

import tidy

SPDX = '// SPDX-License-Identifier: Apache-2.0\n'
LISTS = 'tocsin_module(core LAYER 2\n  HEADERS a.h\n  SOURCES a.cc\n  USES base)'
BASE = {'tocsin/core/CMakeLists.txt': LISTS,
        'tocsin/base/CMakeLists.txt': 'tocsin_module(base LAYER 0\n  HEADERS b.h)',
        'tocsin/net/CMakeLists.txt': 'tocsin_module(net LAYER 6\n  HEADERS n.h)'}

# rule: (path, good text, bad text)
SAMPLES = {
    tidy.licence_lines: ('tocsin/core/a.cc', SPDX, 'int x;\n'),
    tidy.pragma_once: ('tocsin/core/a.h', SPDX + '#pragma once\n', SPDX),
    tidy.file_budgets: ('tocsin/core/a.h', 'x\n' * 250, 'x\n' * 251),
    tidy.banned_names: ('tocsin/core/a.cc', '// std::thread\nauto s = "std::mutex";\n',
                        'std::mutex m;\n'),
    tidy.wrapped_headers: ('tocsin/core/a.cc', '#include <vector>\n', '#include <sqlite3.h>\n'),
    tidy.layers: ('tocsin/core/a.cc', '#include "tocsin/base/b.h"\n',
                  '#include "tocsin/net/n.h"\n'),
    tidy.dead_files: ('tocsin/core/a.cc', '', None),
    tidy.loose_ends: ('tocsin/core/a.cc', '// TODO(#12): later\n', '// TODO: later\n'),
    tidy.document_titles: ('docs/a.md', '# Title\n', 'Title\n'),
}


def main():
    failures = [f'{rule.__name__}: has no sample' for rule in tidy.RULES if rule not in SAMPLES]
    for rule, (path, good, bad) in SAMPLES.items():
        if found := list(rule({**BASE, path: good})):
            failures.append(f'{rule.__name__}: finds fault with the good sample: {found}')
        tree = {**BASE, 'tocsin/core/unlisted.cc': ''} if bad is None else {**BASE, path: bad}
        if not list(rule(tree)):
            failures.append(f'{rule.__name__}: passes the bad sample')
    print('\n'.join(failures) or f'tidy_test: {len(SAMPLES)} rules hold')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
