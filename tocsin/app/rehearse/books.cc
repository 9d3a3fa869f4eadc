// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/books.h"

#include <algorithm>

namespace tocsin::app {
namespace {

using pushservice::Standing;

// What all services' books say of one alert.
struct Found {
  std::uint64_t recipients = 0;
  std::uint64_t reached = 0;
  std::uint64_t missed = 0;
};

// The readers of one service that were told to be gone, as alert after alert is looked at.
class Gone {
 public:
  explicit Gone(std::uint64_t readers) : is_gone_(readers) {}

  // Who are recipients of the next alert.
  std::vector<bool> recipients(const std::vector<Standing>& standings) {
    std::vector<bool> are(is_gone_.size(), true);
    for (std::size_t i = 0; i < are.size(); ++i) {
      const Standing standing = i < standings.size() ? standings[i] : Standing::kUntried;
      are[i] = !is_gone_[i] || standing != Standing::kUntried;
      if (standing == Standing::kGone) is_gone_[i] = true;
    }
    return are;
  }

 private:
  std::vector<bool> is_gone_;
};

void add_to(core::Totals& sum, const core::Totals& totals) {
  sum.recipients += totals.recipients;
  sum.accepted += totals.accepted;
  sum.gone += totals.gone;
  sum.rejected += totals.rejected;
  sum.failed += totals.failed;
  sum.expired += totals.expired;
  sum.suppressed += totals.suppressed;
}

std::uint64_t less(std::uint64_t from, std::uint64_t what) { return from - std::min(from, what); }

void look_at(const ServiceBooks& books, const AlertClaim& claim, Gone& gone, Found& found,
             Audit& audit) {
  const std::vector<bool> recipients = gone.recipients(books.account->standing_of_each(claim.key));
  const auto summary = books.account->summarise(
      {.readers = books.readers, .recipients = &recipients, .collapse_key = claim.key});
  found.recipients += summary.recipients;
  found.reached += summary.reached;
  found.missed += summary.missed.size();
  audit.duplicated += summary.duplicates;
  audit.outside += summary.outside.size();
  audit.unreadable += summary.unreadable;
  for (const auto& [text, count] : books.account->texts(claim.key)) {
    (text.find(claim.title) == text.npos ? audit.unreadable : audit.decrypted) += count;
  }
}

// Recipients without an acceptance whom the server knows not to have reached are not missed.
void judge(const core::Totals& totals, const Found& found, Audit& audit) {
  const std::uint64_t decided = totals.accepted + totals.gone + totals.rejected + totals.failed +
                                totals.expired + totals.suppressed;
  const std::uint64_t undecided = less(totals.recipients, decided);
  const std::uint64_t excused = totals.failed + totals.expired + totals.suppressed + undecided;
  audit.undecided += undecided;
  const std::uint64_t unreached = less(found.missed, excused);
  const std::uint64_t claimed = less(totals.accepted, found.reached);
  const std::uint64_t untried = less(less(totals.recipients, found.recipients), excused);
  audit.missed += std::max(unreached, claimed) + untried;
  audit.outside += less(found.recipients, totals.recipients);
}

std::string number(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what;
}

}  // namespace

Audit audit(const std::vector<AlertClaim>& claims, const std::vector<ServiceBooks>& services) {
  Audit audit;
  std::vector<Gone> gone;
  for (const auto& books : services) {
    gone.emplace_back(books.readers);
    audit.duplicates_max += books.duplicates_max;
    audit.retry_after_ignored += books.account->summarise({.collapse_key = ""}).retry_after_ignored;
  }
  for (const auto& claim : claims) {
    Found found;
    for (std::size_t i = 0; i < services.size(); ++i) {
      look_at(services[i], claim, gone[i], found, audit);
    }
    add_to(audit.totals, claim.totals);
    judge(claim.totals, found, audit);
  }
  return audit;
}

std::vector<std::string> Audit::complaints() const {
  std::vector<std::string> all;
  if (undecided > 0) all.push_back(number(undecided, "recipients have no outcome"));
  if (missed > 0) all.push_back(number(missed, "recipients were missed"));
  if (outside > 0) all.push_back(number(outside, "messages went to who is no recipient"));
  if (unreadable > 0)
    all.push_back(number(unreadable, "messages were not what readers should see"));
  if (duplicated > duplicates_max) {
    all.push_back(number(duplicated, "messages were accepted twice, at most " +
                                         std::to_string(duplicates_max) + " are explained"));
  }
  if (retry_after_ignored > 0) {
    all.push_back(number(retry_after_ignored, "requests came before Retry-After was over"));
  }
  return all;
}

}  // namespace tocsin::app
