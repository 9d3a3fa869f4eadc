#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of CONTRIBUTING.md that a program can check. Prints one line a finding; exits 1 if any.

Each rule is a function from a tree ({path: text}) to findings; tools/tidy_test.py shows each a
good and a bad sample."""
import pathlib
import re
import subprocess
import sys

CC_LINES_MAX = 600
HEADER_LINES_MAX = 250
FOLDER_FILES_MAX = 24

# (pattern, what to use instead, path prefixes where it is allowed)
BANNED = [
    (r'\bstd::(thread|jthread|mutex|shared_mutex|condition_variable|atomic)\b|\bthread_local\b',
     'values exchanged between loops', ('tocsin/net/', 'tocsin/fetch/', 'tocsin/httpd/', 'tocsin/store/',
                                       'tocsin/observe/', 'tocsin/server/', 'tests/', 'bench/')),
    (r'\bstd::this_thread::sleep|\b(u|nano)?sleep\(', 'a condition to wait for', ()),
    (r'\bthrow\b(?! *\()', 'Result', ()),
    (r'\bco_(await|return|yield)\b', 'callbacks (ADR 0002)', ()),
    (r'\bassert\(', 'TOCSIN_CHECK', ()),
    (r'\bstd::(cout|cerr)\b', 'log, or app/terminal.h', ()),
    (r'\bshared_from_this\b', 'Handle', ()),
    (r'\bstd::time\(|\bsystem_clock::now\(|\bsteady_clock::now\(', 'Clock', ('tocsin/base/clock.cc', 'tocsin/net/', 'tocsin/fetch/',
                                                        'tocsin/httpd/', 'tocsin/observe/',
                                                        'tests/')),
    (r'\bstd::rand\b|\bstd::random_device\b', 'Random', ()),
    (r'\bgumbo\b', "feed's own sanitiser (gumbo is quadratic)", ()),
]

# A heavy header and the only files that may include it.
WRAPPED = [
    (r'<openssl/', r'tocsin/(crypto|net)/'),
    (r'<sqlite3\.h>', r'tocsin/sqlite/database\.cc|tocsin/store/.*_test\.cc'),
    (r'<boost/(asio|beast)', r'tocsin/(net|httpd)/'),
    (r'<boost/json', r'tocsin/json/json\.cc'),
    (r'<boost/url', r'tocsin/url/url\.cc'),
    (r'<nghttp2/', r'tocsin/net/|tocsin/http2/.*_(test|fuzz)\.cc'),
    (r'<curl/', r'tocsin/fetch/curl\.h'),
    (r'<zlib\.h>', r'tocsin/http/content_coding(_test)?\.cc|tocsin/fetch/.*_test\.cc|bench/'),
    (r'<brotli/', r'tocsin/http/content_coding(_test)?\.cc'),
    (r'<spdlog/', r'tocsin/observe/log\.cc'),
    (r'<prometheus/', r'tocsin/observe/metrics\.cc'),
    (r'<(roaring/)?roaring\.hh?>', r'tocsin/fanout/bitmap\.cc'),
    (r'<expat\.h>', r'tocsin/markup/xml_fuzz\.cc'),
    (r'<toml\+\+|<toml\.hpp>', r'tocsin/app/'),
    (r'<CLI/', r'tocsin/app/'),
]


def is_code(path):
    return path.endswith(('.cc', '.h'))


def without_comments(text):
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    return re.sub(r'//[^\n]*', '', text)


def strip_literals(text):
    """Comments and literals out, so that words in texts are not taken for code."""
    text = re.sub(r'R"(\w*)\(.*?\)\1"', '""', text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', without_comments(text))


def licence_lines(tree):
    for path, text in tree.items():
        if path.endswith(('.cc', '.h', '.py', '.ts', '.mjs', '.css', '.sh')):
            if 'SPDX-License-Identifier: Apache-2.0' not in '\n'.join(text.split('\n')[:2]):
                yield f'{path}:1: the first lines name the licence (SPDX)'


def pragma_once(tree):
    for path, text in tree.items():
        if path.endswith('.h') and '#pragma once' not in text:
            yield f'{path}:1: a header starts with #pragma once'


def file_budgets(tree):
    folders = {}
    for path, text in tree.items():
        if not is_code(path):
            continue
        lines = text.count('\n')
        limit = HEADER_LINES_MAX if path.endswith('.h') else CC_LINES_MAX
        if lines > limit:
            yield f'{path}: {lines} lines, at most {limit}: which idea wants a file of its own?'
        folders.setdefault(path.rsplit('/', 1)[0], []).append(path)
    for folder, files in folders.items():
        units = [f for f in files if not re.search(r'_(test|fuzz)\.cc$', f)]
        if folder.startswith('tocsin/') and len(units) > FOLDER_FILES_MAX:
            yield f'{folder}: {len(units)} files, at most {FOLDER_FILES_MAX}'


def banned_names(tree):
    for path, text in tree.items():
        if not is_code(path):
            continue
        for number, line in enumerate(strip_literals(text).split('\n'), 1):
            for pattern, instead, allowed in BANNED:
                if re.search(pattern, line) and not path.startswith(allowed or ('\0',)):
                    yield f'{path}:{number}: {line.strip()[:60]}: use {instead}'


def wrapped_headers(tree):
    for path, text in tree.items():
        if not is_code(path):
            continue
        for number, line in enumerate(text.split('\n'), 1):
            for pattern, allowed in WRAPPED:
                if line.startswith('#include') and re.search(pattern, line):
                    if not re.match(allowed, path):
                        yield f'{path}:{number}: {line}: only {allowed} may include it'


def modules_of(tree):
    """{module: (layer, used modules)} as the CMakeLists.txt say."""
    modules = {}
    for path, text in tree.items():
        if not re.fullmatch(r'tocsin/\w+/CMakeLists\.txt', path):
            continue
        call = re.search(r'tocsin_module\((\w+)\s+LAYER\s+(\d+)(.*?)\n?\)', text, re.S)
        if call:
            uses = re.search(r'\bUSES\s+((?:[a-z]\w*\s*)+)', call[3])
            modules[call[1]] = (int(call[2]), set(uses[1].split()) if uses else set())
    return modules


def layers(tree):
    modules = modules_of(tree)
    for path, text in tree.items():
        match = re.match(r'tocsin/(\w+)/', path)
        if not match or not is_code(path) or match[1] not in modules:
            continue
        layer, _ = modules[match[1]]
        for number, line in enumerate(text.split('\n'), 1):
            used = re.match(r'#include "tocsin/(\w+)/', line)
            if not used or used[1] == match[1]:
                continue
            if used[1] not in modules or modules[used[1]][0] >= layer:
                is_test = re.search(r'_(test|fuzz)\.cc$', path)
                if not is_test:
                    yield f'{path}:{number}: {match[1]} (layer {layer}) may not include {used[1]}'


def dead_files(tree):
    included = {include for path, text in tree.items() if is_code(path)
                for include in re.findall(r'^#include "(tocsin/[^"]+)"', text, re.M)}
    for path in tree:
        if not is_code(path) or not path.startswith('tocsin/'):
            continue
        folder, name = path.rsplit('/', 1)
        lists = tree.get(folder + '/CMakeLists.txt', '')
        is_listed = re.search(r'(?<![\w.])' + re.escape(name) + r'(?![\w.])', lists)
        if not is_listed and path not in included:
            yield f'{path}: neither listed in {folder}/CMakeLists.txt nor included'


def loose_ends(tree):
    for path, text in tree.items():
        if path.startswith('tools/tidy'):
            continue
        for number, line in enumerate(text.split('\n'), 1):
            if re.search(r'\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))', line):
                yield f'{path}:{number}: a TODO names its issue: TODO(#123)'


def document_titles(tree):
    for path, text in tree.items():
        if path.endswith('.md') and not text.startswith('# '):
            yield f'{path}:1: a document starts with its title'


RULES = [licence_lines, pragma_once, file_budgets, banned_names, wrapped_headers, layers,
         dead_files, loose_ends, document_titles]


def findings(tree):
    return [finding for rule in RULES for finding in rule(tree)]


def read_tree(root):
    listed = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard'],
                            cwd=root, check=True, capture_output=True, text=True).stdout
    tree = {}
    for path in listed.split('\n'):
        file = pathlib.Path(root, path)
        if re.search(r'\.(cc|h|py|md|ts|mjs|css|sh|txt|cmake)$', path) and file.is_file():
            tree[path] = file.read_text(encoding='utf-8', errors='replace')
    return tree


if __name__ == '__main__':
    found = findings(read_tree(pathlib.Path(__file__).resolve().parent.parent))
    print('\n'.join(found) or 'tidy: no findings')
    sys.exit(1 if found else 0)
