rem The home: a path of plain letters, which Excel's VBA can open under every code page.
:find_home
set "XLPLAN_HOME="
set "XLPLAN_SHARED="
call :is_plain "%LOCALAPPDATA%"
if not errorlevel 1 set "XLPLAN_HOME=%LOCALAPPDATA%\xlplan"
if defined XLPLAN_HOME exit /b 0
set "USER_ID="
for /f "tokens=2 delims=," %%a in ('whoami /user /fo csv /nh') do set "USER_ID=%%~a"
if not defined USER_ID exit /b 1
if not "%USER_ID:~0,4%"=="S-1-" exit /b 1
set "XLPLAN_SHARED=1"
call :is_plain "%ProgramData%"
if not errorlevel 1 set "XLPLAN_HOME=%ProgramData%\xlplan\%USER_ID%"
exit /b 0

rem Takes every plain letter for a separator: only what holds another one has a token left.
:is_plain
if "%~1"=="" exit /b 1
for /f "delims=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\:.-_() " %%a in ("%~1") do exit /b 1
exit /b 0
