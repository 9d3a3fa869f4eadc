// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/test_certificate.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "tocsin/base/check.h"

namespace tocsin::net {
namespace {

constexpr long kDay = 24L * 3600;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Key make_key() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  TOCSIN_CHECK(key != nullptr);
  return key;
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  TOCSIN_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const char* name) {
  Certificate out(X509_new(), X509_free);
  TOCSIN_CHECK(out != nullptr);
  std::uint64_t serial = 0;
  TOCSIN_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), serial >> 1);
  X509_set_version(out.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 30 * kDay);
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return out;
}

std::string taken_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

std::string pem(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  TOCSIN_CHECK(PEM_write_bio_X509(bio, certificate) == 1);
  return taken_text(bio);
}

std::string pem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  TOCSIN_CHECK(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return taken_text(bio);
}

}  // namespace

TestCertificate make_test_certificate(const std::string& host) {
  const Key ca_key = make_key();
  const Certificate ca = make_certificate(ca_key.get(), "Tocsin test authority");
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign");
  extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  TOCSIN_CHECK(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);

  const Key key = make_key();
  const Certificate leaf = make_certificate(key.get(), "Tocsin test server");
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca.get()));
  std::string names = "DNS:" + host;
  if (host == "localhost") names += ",IP:127.0.0.1,IP:::1";
  extend(leaf.get(), ca.get(), NID_subject_alt_name, names);
  extend(leaf.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(leaf.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
  extend(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  TOCSIN_CHECK(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) > 0);
  return {pem(ca.get()), pem(leaf.get()), pem(key.get())};
}

}  // namespace tocsin::net
