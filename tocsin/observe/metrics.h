// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tocsin::metrics {

// The metrics of the process, all declared in one table in metrics.cc; docs/metrics.md is made
// from it. Names end in their unit. Safe to call from any thread.

// Adds to a counter. `label` is the value of the metric's one label ("" where it has none).
void count(std::string_view name, double by = 1, std::string_view label = "");
// Sets a gauge.
void set(std::string_view name, double value, std::string_view label = "");
// Adds so many observations of one value to a histogram, which has no label.
void observe(std::string_view name, double value, std::uint64_t times = 1);

// Everything, in Prometheus' text format.
std::string expose();
// The table of metrics as Markdown.
std::string describe();

}  // namespace tocsin::metrics
