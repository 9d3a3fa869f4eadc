// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"
#include "tocsin/password/password.h"

// A stored string is read within its limits. (Hashing is left out: it would take all the time.)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)tocsin::password::needs_rehash(tocsin::as_text({data, size}));
  return 0;
}
