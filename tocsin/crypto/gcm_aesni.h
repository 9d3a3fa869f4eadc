// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"

// Private to this module: AES-128-GCM by the processor's own instructions. OpenSSL uses the same
// ones, but spends two thirds of a short message's time on the way to them.
namespace tocsin::crypto {

// Whether this is an x86-64 processor with AES-NI, PCLMULQDQ and SSE 4.1.
bool has_aesni();

// GcmSealer::seal(), where has_aesni(). No table and no branch depends on a secret.
void seal_with_aesni(const AesKey& key, const AesNonce& nonce, ByteView plaintext,
                     std::span<std::uint8_t> out);

}  // namespace tocsin::crypto
