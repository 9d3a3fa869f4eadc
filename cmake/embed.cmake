# Files that a program carries in itself.

# tocsin_embed(<target> FOLDER <folder> FILES <path>... [DEPENDS <file>...])
#
# Adds the library <target> and the header <target>.h with
# `std::vector<tocsin::pages::EmbeddedFile> <target>();`: the files of `folder`, which may be made
# by the build, under their paths with a leading slash. The assembler takes the bytes as they are,
# so megabytes cost nothing to compile.
function(tocsin_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "FILES;DEPENDS")
  set(symbols "")
  set(rows "")
  set(inputs "")
  set(number 0)
  foreach(path IN LISTS arg_FILES)
    set(file ${arg_FOLDER}/${path})
    set(symbol ${target}_file_${number})
    math(EXPR number "${number} + 1")
    list(APPEND inputs ${file})
    string(APPEND symbols "asm(\".section .rodata\\n\"
    \".global ${symbol}\\n\"
    \".global ${symbol}_end\\n\"
    \"${symbol}:\\n\"
    \".incbin \\\"${file}\\\"\\n\"
    \"${symbol}_end:\\n\"
    \".byte 0\\n\"
    \".text\\n\");
extern \"C\" const char ${symbol}[];
extern \"C\" const char ${symbol}_end[];
")
    string(APPEND rows "      {\"/${path}\", between(${symbol}, ${symbol}_end)},\n")
  endforeach()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${target}.h @ONLY CONTENT "// Made by cmake/embed.cmake.
#pragma once

#include <vector>

#include \"tocsin/pages/assets.h\"

std::vector<tocsin::pages::EmbeddedFile> @target@();
")
  file(CONFIGURE OUTPUT ${folder}/${target}.cc @ONLY CONTENT "// Made by cmake/embed.cmake.
#include \"@target@.h\"

@symbols@
namespace {
std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}
}  // namespace

std::vector<tocsin::pages::EmbeddedFile> @target@() {
  return {
@rows@  };
}
")
  set_source_files_properties(${folder}/${target}.cc PROPERTIES OBJECT_DEPENDS "${inputs}")
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${folder}/${target}.cc)
  # ccache does not see the bytes behind .incbin.
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")
  target_include_directories(${target} PUBLIC ${folder})
  target_link_libraries(${target} PUBLIC tocsin_pages)
endfunction()
