// SPDX-License-Identifier: Apache-2.0
// Points and scalars through EC_POINT, which costs half of EVP's key objects (no import, no second
// validation); ES256 through EVP, since one signature serves twelve hours.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "tocsin/crypto/crypto.h"

namespace tocsin::crypto {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using NumberContext = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

constexpr std::size_t kScalarBytes = 32;

// Made once and only read after, so every thread may use it.
const EC_GROUP* p256() {
  static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  TOCSIN_CHECK(group != nullptr);
  return group;
}

PublicKey encode(const EC_POINT* point, BN_CTX* context) {
  PublicKey key{};
  TOCSIN_CHECK(EC_POINT_point2oct(p256(), point, POINT_CONVERSION_UNCOMPRESSED, key.data(),
                                  key.size(), context) == key.size());
  return key;
}

// False unless the key is an uncompressed point on the curve.
bool decode(const PublicKey& key, EC_POINT* point, BN_CTX* context) {
  return key[0] == POINT_CONVERSION_UNCOMPRESSED &&
         EC_POINT_oct2point(p256(), point, key.data(), key.size(), context) == 1;
}

// Null unless 0 < key < order.
Number decode(const Secret<PrivateKey>& key) {
  Number scalar(BN_bin2bn(key.reveal().data(), kScalarBytes, nullptr));
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(p256())) >= 0) {
    return nullptr;
  }
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  return scalar;
}

PublicKey public_key_of(const BIGNUM* scalar, BN_CTX* context) {
  const Point point(EC_POINT_new(p256()));
  TOCSIN_CHECK(EC_POINT_mul(p256(), point.get(), scalar, nullptr, nullptr, context));
  return encode(point.get(), context);
}

Error no_private_key() { return {Errc::kCorrupt, "not a private key of P-256"}; }

// An EVP key of the parts given; `scalar` may be null.
Key evp_key(const PublicKey& public_key, const BIGNUM* scalar) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(),
                                   public_key.size());
  if (scalar != nullptr) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));

  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

}  // namespace

KeyPair generate_key_pair() {
  const NumberContext context(BN_CTX_secure_new());
  const Number scalar(BN_secure_new());
  do {
    TOCSIN_CHECK(BN_priv_rand_range(scalar.get(), EC_GROUP_get0_order(p256())));
  } while (BN_is_zero(scalar.get()));
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);

  PrivateKey bytes{};
  TOCSIN_CHECK(BN_bn2binpad(scalar.get(), bytes.data(), kScalarBytes) == kScalarBytes);
  return {public_key_of(scalar.get(), context.get()), Secret(bytes)};
}

Result<KeyPair> key_pair_from(const Secret<PrivateKey>& private_key) {
  const Number scalar = decode(private_key);
  if (scalar == nullptr) return no_private_key();
  const NumberContext context(BN_CTX_secure_new());
  return KeyPair{public_key_of(scalar.get(), context.get()), private_key};
}

Status check_on_curve(const PublicKey& key) {
  const NumberContext context(BN_CTX_new());
  const Point point(EC_POINT_new(p256()));
  if (!decode(key, point.get(), context.get())) {
    return Error{Errc::kCorrupt, "not an uncompressed point on P-256"};
  }
  return ok();
}

struct Ecdh::Work {
  Number scalar;  // null: not a private key
  NumberContext context{BN_CTX_secure_new()};
  Point peer{EC_POINT_new(p256())};
  Point product{EC_POINT_new(p256())};
  Number x{BN_secure_new()};
};

Ecdh::Ecdh(const Secret<PrivateKey>& own) : work_(new Work{.scalar = decode(own)}) {}
Ecdh::Ecdh(Ecdh&&) noexcept = default;
Ecdh& Ecdh::operator=(Ecdh&&) noexcept = default;
Ecdh::~Ecdh() = default;

Result<Secret<SharedSecret>> Ecdh::with(const PublicKey& peer) {
  Work& work = *work_;
  if (work.scalar == nullptr) return no_private_key();
  if (!decode(peer, work.peer.get(), work.context.get())) {
    return Error{Errc::kCorrupt, "the peer's key is not on P-256"};
  }
  TOCSIN_CHECK(EC_POINT_mul(p256(), work.product.get(), nullptr, work.peer.get(), work.scalar.get(),
                            work.context.get()));
  TOCSIN_CHECK(EC_POINT_get_affine_coordinates(p256(), work.product.get(), work.x.get(), nullptr,
                                               work.context.get()));
  SharedSecret shared{};
  TOCSIN_CHECK(BN_bn2binpad(work.x.get(), shared.data(), static_cast<int>(shared.size())) > 0);
  return Secret(shared);
}

Result<Secret<SharedSecret>> ecdh(const Secret<PrivateKey>& own, const PublicKey& peer) {
  return Ecdh(own).with(peer);
}

Result<Signature> sign_es256(const Secret<PrivateKey>& private_key, ByteView message) {
  const Number scalar = decode(private_key);
  if (scalar == nullptr) return no_private_key();
  const NumberContext numbers(BN_CTX_secure_new());
  const Key key = evp_key(public_key_of(scalar.get(), numbers.get()), scalar.get());
  TOCSIN_CHECK(key != nullptr);

  const DigestContext context(EVP_MD_CTX_new());
  TOCSIN_CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(),
                                     nullptr));
  std::array<std::uint8_t, 80> der{};  // two 33-byte integers and their frames
  std::size_t length = der.size();
  TOCSIN_CHECK(EVP_DigestSign(context.get(), der.data(), &length, message.data(), message.size()));

  const std::uint8_t* from = der.data();
  const EcdsaSignature parts(d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(length)));
  TOCSIN_CHECK(parts != nullptr);
  Signature signature{};
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), signature.data(), kScalarBytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), signature.data() + kScalarBytes, kScalarBytes);
  return signature;
}

bool verify_es256(const PublicKey& public_key, ByteView message, const Signature& signature) {
  const Key key = evp_key(public_key, nullptr);
  if (key == nullptr) return false;

  const EcdsaSignature parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(signature.data(), kScalarBytes, nullptr),
                 BN_bin2bn(signature.data() + kScalarBytes, kScalarBytes, nullptr));
  std::array<std::uint8_t, 80> der{};
  std::uint8_t* to = der.data();
  const int length = i2d_ECDSA_SIG(parts.get(), &to);

  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key.get(),
                                 nullptr) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(length),
                          message.data(), message.size()) == 1;
}

}  // namespace tocsin::crypto
