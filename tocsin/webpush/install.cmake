# The Web Push library as a CMake package: find_package(tocsin-webpush), tocsin::webpush.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tocsin-webpush)
install(TARGETS tocsin_base tocsin_crypto tocsin_webpush EXPORT tocsin-webpush-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT webpush
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT webpush)
install(EXPORT tocsin-webpush-targets NAMESPACE tocsin:: DESTINATION ${package_dir}
        COMPONENT webpush)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/config.cmake.in tocsin-webpush-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(tocsin-webpush-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tocsin-webpush-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/tocsin-webpush-config-version.cmake
        DESTINATION ${package_dir} COMPONENT webpush)

if(TOCSIN_TESTS AND NOT TOCSIN_FUZZ)
  add_test(NAME consumer.install
           COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --component webpush
                   --prefix ${PROJECT_BINARY_DIR}/stage)
  add_test(NAME consumer.build
           COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR}/tests/consumer
                   ${PROJECT_BINARY_DIR}/consumer --build-generator ${CMAKE_GENERATOR}
                   --build-options -DCMAKE_PREFIX_PATH=${PROJECT_BINARY_DIR}/stage
                   --test-command consumer)
  set_tests_properties(consumer.install PROPERTIES FIXTURES_SETUP stage)
  set_tests_properties(consumer.build PROPERTIES FIXTURES_REQUIRED stage)
endif()
