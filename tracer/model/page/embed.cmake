# Turns the files of this folder into one C++ file with page_template; run when the program is built:
#   cmake -DFROM=folder -DTO=file.cpp -P embed.cmake
file(READ ${FROM}/page.html page)
file(READ ${FROM}/page.css style)
set(script "")
foreach(name state timeline page)
  file(READ ${FROM}/${name}.js text)
  string(APPEND script "${text}")
endforeach()
# The files are ASCII, so that no piece below can end within a character.
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
# A literal of more than 64 KiB is not portable, so it is a row of short ones.
set(code "// Made from tracer/model/page/ by embed.cmake.\n")
string(APPEND code "#include \"tracer/model/export_page.hpp\"\n")
string(APPEND code "const std::string_view giambio::trace::page_template =\n")
string(LENGTH "${page}" length)
set(at 0)
while(at LESS length)
  string(SUBSTRING "${page}" ${at} 8000 part)
  string(APPEND code "    R\"~page~(${part})~page~\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${TO} "${code}    ;\n")
