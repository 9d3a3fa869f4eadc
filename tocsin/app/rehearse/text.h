// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tocsin/app/rehearse/alert_run.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/app/rehearse/report.h"
#include "tocsin/base/clock.h"

// The lines that people see of a rehearsal, at most 79 characters each. Pure.
namespace tocsin::app {

// "9 ms", "2.31 s", "125 s".
std::string duration_text(Millis time);

// What is about to be rehearsed.
std::vector<std::string> plan_lines(const RehearsalPlan& plan);
// One alert as it stands `now` after its publication.
std::vector<std::string> alert_lines(const AlertRun& alert, const RehearsalPlan& plan, Millis now);
// The same in a line, for where nothing can be drawn in place.
std::string alert_line(const AlertRun& alert, Millis now);
// "met in 2.3 s".
std::string verdict_text(const AlertRun& alert, Millis now);
// The tables at the end.
std::vector<std::string> result_lines(const RehearsalResult& result);

}  // namespace tocsin::app
