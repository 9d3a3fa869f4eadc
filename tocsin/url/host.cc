// SPDX-License-Identifier: Apache-2.0
#include "tocsin/url/host.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <arpa/inet.h>
#include <unicode/uidna.h>

#include "tocsin/base/bytes.h"

namespace tocsin {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035, section 2.3.4, as text
constexpr std::size_t kLabelBytesMax = 63;

Error bad_host() { return {Errc::kInvalidArgument, "the URL's host is not a name or address"}; }

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? unhex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      out += static_cast<char>(byte->front());
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> split_labels(std::string_view name) {
  std::vector<std::string_view> labels;
  for (;;) {
    const auto dot = name.find('.');
    labels.push_back(name.substr(0, dot));
    if (dot == name.npos) return labels;
    name.remove_prefix(dot + 1);
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 99;
}

// A number of an IPv4 address as inet_aton reads it: 0x is hexadecimal, a leading 0 octal.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t number = 0;
  for (const char c : text) {
    const int digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    number = number * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
    if (number > UINT32_MAX) number = std::uint64_t{UINT32_MAX} + 1;  // too large, and stays so
  }
  return number;
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// A name whose last label is a number is an address or nothing: no top-level domain is numeric.
bool ends_in_number(const std::vector<std::string_view>& labels) {
  return is_all_digits(labels.back()) || ipv4_number(labels.back()).has_value();
}

Result<std::string> ipv4_text(const std::vector<std::string_view>& labels) {
  if (labels.size() > 4) return bad_host();
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool is_last = i + 1 == labels.size();
    const auto number = ipv4_number(labels[i]);
    const std::uint64_t limit = is_last ? std::uint64_t{1} << (8 * (5 - labels.size())) : 256;
    if (!number || *number >= limit) return bad_host();
    address += is_last ? *number : *number << (8 * (3 - i));
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (!out.empty()) out += '.';
    out += std::to_string(address >> shift & 0xff);
  }
  return out;
}

Result<std::string> ipv6_text(std::string_view bracketed) {
  if (bracketed.size() < 2 || bracketed.back() != ']') return bad_host();
  const std::string inner(bracketed.substr(1, bracketed.size() - 2));
  in6_addr address{};
  if (inet_pton(AF_INET6, inner.c_str(), &address) != 1) return bad_host();
  if (inner.find('\0') != inner.npos) return bad_host();
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, &address, buffer.data(), buffer.size());
  return '[' + std::string(buffer.data()) + ']';
}

// UTS 46 with what browsers ignore ignored: hyphens where registries forbid them, and lengths,
// which are checked afterwards.
Result<std::string> to_ascii(const std::string& name) {
  constexpr std::uint32_t kIgnored = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                     UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                     UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
      uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII,
                      &status),
      &uidna_close);
  std::array<char, 1024> buffer{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const auto length = uidna_nameToASCII_UTF8(
      idna.get(), name.data(), static_cast<std::int32_t>(name.size()), buffer.data(),
      static_cast<std::int32_t>(buffer.size()), &info, &status);
  if (U_FAILURE(status) || (info.errors & ~kIgnored) != 0) return bad_host();
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_name(const std::string& name, const std::vector<std::string_view>& labels) {
  if (name.size() > kNameBytesMax + (name.back() == '.' ? 1 : 0)) return false;
  for (const char c : name) {
    if (!is_name_character(c)) return false;
  }
  for (const auto label : labels) {
    if (label.empty() || label.size() > kLabelBytesMax) return false;
  }
  return true;
}

}  // namespace

Result<std::string> normalise_host(std::string_view host) {
  if (host.starts_with('[')) return ipv6_text(host);
  std::string name = percent_decoded(host);
  if (name.empty() || name.size() > 4 * kNameBytesMax) return bad_host();

  TOCSIN_TRY(name, to_ascii(name));
  if (name.empty()) return bad_host();
  auto labels = split_labels(name);
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();  // "example.org."
  if (ends_in_number(labels)) return ipv4_text(labels);
  if (!is_name(name, labels)) return bad_host();
  return name;
}

bool is_ip_literal(std::string_view host) {
  if (host.starts_with('[')) return true;
  const auto last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0: a host without a dot
  return is_all_digits(last);
}

}  // namespace tocsin
