# Compares the generated pages of docs/ with what the program writes.
file(MAKE_DIRECTORY ${MADE})
execute_process(COMMAND ${TOCSIN} docs ${MADE} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB pages RELATIVE ${MADE} ${MADE}/*)
foreach(page IN LISTS pages)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${MADE}/${page} ${DOCS}/${page}
                  RESULT_VARIABLE differs)
  if(differs)
    message(SEND_ERROR "docs/${page} is stale: ./dev docs writes it again")
  endif()
endforeach()
