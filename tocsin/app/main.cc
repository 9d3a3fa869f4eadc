// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/commands.h"

int main(int argc, char** argv) { return tocsin::app::run_command_line(argc, argv); }
