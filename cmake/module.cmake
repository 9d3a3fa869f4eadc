# The shape of every module: one folder, one namespace, one library, one test program, one layer.

include(GoogleTest)

add_library(tocsin_options INTERFACE)
target_compile_options(tocsin_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                -Wnon-virtual-dtor -Wold-style-cast
                                                # designated initialisers leave defaults out
                                                -Wno-missing-field-initializers)
# g++ 12 sees overlapping copies in std::string's assignment at -O2 where there are none (GCC bug
# 105651). Not in debug builds, whose flags clang-tidy reads too and does not know this one.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(tocsin_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict>)
endif()
if(TOCSIN_WERROR)
  target_compile_options(tocsin_options INTERFACE -Werror)
endif()

# tocsin_module(<name> LAYER <n> [LABEL <label>] HEADERS ... [SOURCES ...] [USES <module>...] [LINKS <target>...]
#               [TESTS ...] [FUZZ ...] [TEST_USES <module>...])
#
# Adds the library tocsin::<name> from the calling folder, its test program, and one fuzz target
# for each FUZZ source `x_fuzz.cc`, whose corpus is tests/corpus/x. Stops with an error when it
# uses a module that is not of a lower layer. TEST_USES are for the test program alone. LABEL
# "threads" marks the tests that `./dev tsan` runs.
function(tocsin_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LAYER;LABEL"
                        "HEADERS;SOURCES;USES;LINKS;TESTS;FUZZ;TEST_USES")

  set(library tocsin_${name})
  if(arg_SOURCES)
    set(kind PUBLIC)
    add_library(${library} STATIC ${arg_SOURCES})
    target_link_libraries(${library} PRIVATE $<BUILD_INTERFACE:tocsin_options> ${arg_LINKS})
  else()
    set(kind INTERFACE)
    add_library(${library} INTERFACE)
  endif()
  add_library(tocsin::${name} ALIAS ${library})
  target_sources(${library} ${kind} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                 FILES ${arg_HEADERS})
  target_compile_features(${library} ${kind} cxx_std_20)
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name} TOCSIN_LAYER ${arg_LAYER}
                        VERIFY_INTERFACE_HEADER_SETS ON)

  foreach(used IN LISTS arg_USES)
    get_target_property(layer tocsin_${used} TOCSIN_LAYER)
    if(NOT layer LESS arg_LAYER)
      message(FATAL_ERROR "${name} (layer ${arg_LAYER}) may not use ${used} (layer ${layer})")
    endif()
    target_link_libraries(${library} ${kind} tocsin_${used})
  endforeach()

  if(TOCSIN_TESTS AND arg_TESTS)
    add_executable(${library}_test ${arg_TESTS})
    target_link_libraries(${library}_test PRIVATE ${library} tocsin_options GTest::gmock_main)
    foreach(used IN LISTS arg_TEST_USES)
      target_link_libraries(${library}_test PRIVATE tocsin_${used})
    endforeach()
    gtest_discover_tests(${library}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 60 LABELS "${arg_LABEL}")
  endif()

  if(TOCSIN_TESTS)
    foreach(source IN LISTS arg_FUZZ)
      tocsin_fuzz_target(${library} ${source})
    endforeach()
  endif()
endfunction()

# With clang and TOCSIN_FUZZ: a libFuzzer program. Otherwise a program that replays the corpus,
# run by ctest, so that a crash once found stays found under every compiler.
function(tocsin_fuzz_target library source)
  get_filename_component(target ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" corpus ${target})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE ${library} tocsin_options)
  if(TOCSIN_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/corpus/replay.cc)
    add_test(NAME corpus.${corpus} COMMAND ${target} ${PROJECT_SOURCE_DIR}/tests/corpus/${corpus})
  endif()
endfunction()
