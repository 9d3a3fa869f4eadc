// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tocsin/archive/archive.h"
#include "tocsin/archive/readers.h"
#include "tocsin/base/result.h"

namespace tocsin::app {

// Reads the archives that the files hold, one after another, each forgotten before the next is
// read: WordPress, Disqus, Remark42 and ours have one file each, as has Isso (a database, which is
// opened read-only), Coral's three make up one. "-" is standard input.
//
// Errors: of a file that cannot be read, or is of no known format; whatever `take` returns.
Status read_archives(const std::vector<std::string>& files, const archive::ReadOptions& options,
                     const std::function<Status(const archive::Archive&)>& take);

}  // namespace tocsin::app
