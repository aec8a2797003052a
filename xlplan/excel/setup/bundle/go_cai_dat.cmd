@echo off
rem Takes xlplan out again: from Excel, from the registry, and its private Python.
chcp 65001 >nul
setlocal EnableExtensions DisableDelayedExpansion
title xlplan
set "PATH=%SystemRoot%\System32;%SystemRoot%;%PATH%"
set "PYTHONPATH="
set "PYTHONHOME="
set "PYTHONUTF8=1"
pushd "%~dp0"
tasklist /nh /fi "imagename eq EXCEL.EXE" 2>nul | find "EXCEL.EXE" >nul
if not errorlevel 1 goto excel_open
call :find_home
if not defined XLPLAN_HOME goto nothing
if not exist "%XLPLAN_HOME%\" goto nothing
set "PYTHON=%XLPLAN_HOME%\env\Scripts\python.exe"
if not exist "%PYTHON%" set "PYTHON=%XLPLAN_HOME%\python\python.exe"
rem An installation that was cut off before the add-in was put into Excel has no record.
if not exist "%XLPLAN_HOME%\install.json" goto folders
if not exist "%PYTHON%" goto broken
"%PYTHON%" -c "import xlplan" 2>nul
if errorlevel 1 goto broken
echo Đang gỡ xlplan khỏi Excel ...
"%PYTHON%" -m xlplan addin uninstall
if errorlevel 1 goto failed

:folders
echo Đang xóa Python riêng của xlplan ...
if exist "%XLPLAN_HOME%\env\" rmdir /s /q "%XLPLAN_HOME%\env"
if exist "python\{{FILE}}" if exist "%XLPLAN_HOME%\python\" start "" /wait "python\{{FILE}}" /uninstall /quiet
if exist "%XLPLAN_HOME%\python\" rmdir /s /q "%XLPLAN_HOME%\python"
rmdir "%XLPLAN_HOME%" 2>nul
if defined XLPLAN_SHARED rmdir "%ProgramData%\xlplan" 2>nul
if exist "%XLPLAN_HOME%\" echo Còn tệp trong %XLPLAN_HOME%; xóa tay nếu không cần.
echo Đã gỡ xong.
:nothing_left
popd
pause
exit /b 0

:nothing
echo Không thấy bản cài nào của bộ cài này trên tài khoản đang dùng.
goto nothing_left
:excel_open
echo LỖI: Excel đang mở. Lưu các sổ tính, đóng mọi cửa sổ Excel rồi chạy lại.
goto stop
:broken
echo LỖI: Python riêng của xlplan bị hỏng hoặc mất. Chạy lại cai_dat.cmd, rồi chạy lại tệp này.
goto stop
:failed
echo LỖI: chưa gỡ được; lý do ở dòng trên.
:stop
popd
pause
exit /b 1

{{FIND_HOME}}